/// The `traceparent` header (W3C Trace Context, section 3.2).
enum Traceparent {
    /// The header's value if it is well formed; nil otherwise, and then the trace begins anew elsewhere.
    static func valid(_ text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            parts[1].count == 32, parts[2].count == 16, parts[3].count == 2, text.utf8.count <= 255,
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy("0123456789abcdef".utf8.contains) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        return text
    }
}
