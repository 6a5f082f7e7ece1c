/// The name of a way to reach a consumer: `email`, `webhook`. Its `MediumDescription` says what an address looks like and what else an
/// endpoint has.
///
/// The name is a word of routing keys, queue names, metric labels and settings. So it is 1 to 15 of a–z and 0–9, a letter first.
public struct Medium: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    /// nil where the text cannot be a name. Whether this installation knows the medium is in its `Media`.
    public init?(rawValue: String) {
        let bytes = rawValue.utf8
        guard let first = bytes.first, bytes.count <= 15, Self.letters.contains(first),
            bytes.allSatisfy({ Self.letters.contains($0) || Self.digits.contains($0) })
        else { return nil }
        self.rawValue = rawValue
    }

    private init(name: String) { rawValue = name }

    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    public static let email = Medium(name: "email")
    public static let webhook = Medium(name: "webhook")
}
