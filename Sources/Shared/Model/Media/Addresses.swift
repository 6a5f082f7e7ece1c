import FoundationEssentials

/// The rules for an email address. They refuse what no mail server accepts and what could break a header. They do not check whether
/// the mailbox exists.
public enum EmailAddress {
    /// What is wrong with the address, as the rest of a sentence; nil if nothing is.
    public static func problem(_ address: String) -> String? {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let rule = "must be an email address such as ada@example.org"
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...255).contains(parts[1].utf8.count) else {
            return rule
        }
        let forbidden = "()<>[]:;\\,\" "
        guard
            address.unicodeScalars.allSatisfy({
                $0.properties.generalCategory != .control && !$0.properties.isWhitespace && !forbidden.unicodeScalars.contains($0)
            })
        else { return rule }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty && $0.first != "-" && $0.last != "-" }) else { return rule }
        guard !parts[0].hasPrefix("."), !parts[0].hasSuffix("."), !parts[0].contains("..") else { return rule }
        return nil
    }
}

/// The rules for a web address of a webhook or a file.
public enum WebAddress {
    /// What is wrong with a webhook's address, as the rest of a sentence; nil if nothing is. Whether it may be reached is checked
    /// at connect, by the address that its name resolves to.
    public static func problem(_ address: String) -> String? {
        guard address.utf8.count <= 2000, address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = URL(string: address),
            let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = url.host(percentEncoded: true),
            !host.isEmpty, !host.contains("%"), (1...65_535).contains(url.port ?? 443)
        else { return "must be a web address such as https://example.org/hook" }
        guard url.user == nil, url.password == nil else { return "must not hold a user name or password" }
        return nil
    }

    static func isHTTPS(_ address: String) -> Bool {
        problem(address) == nil && address.lowercased().hasPrefix("https://")
    }
}
