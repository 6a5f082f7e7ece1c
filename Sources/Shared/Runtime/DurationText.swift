extension Duration {
    /// A whole number with its unit, as operators write it: `200ms`, `15s`, `2m`, `1h`, `7d`. nil for any other text.
    public init?(text: String) {
        let unit = text.drop { $0.isNumber }
        // Nine digits of hours are a hundred thousand years. More would overflow.
        guard let number = Int(text.prefix(text.count - unit.count)), number <= 999_999_999 else { return nil }
        switch unit {
        case "ms": self = .milliseconds(number)
        case "s": self = .seconds(number)
        case "m": self = .seconds(60 * number)
        case "h": self = .seconds(3600 * number)
        case "d": self = .seconds(86_400 * number)
        default: return nil
        }
    }
}
