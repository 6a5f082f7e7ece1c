public import Model
public import Runtime

extension MasterKey {
    /// Reads `POSTHORN_SECRET_KEY`. If it is missing or wrong, the reader remembers it and the key is a placeholder.
    public init(reading reader: inout SettingsReader) {
        let name = "POSTHORN_SECRET_KEY"
        let text = reader.optionalString(name)
        if let key = text.flatMap({ MasterKey(base64: $0) }) {
            self = key
        } else {
            let problem = text == nil ? "is not set" : "must be base64 of 32 bytes or more"
            reader.wrong(name, "\(problem); create one with: openssl rand -base64 32")
            self = MasterKey(base64: String(repeating: "A", count: 43) + "=")!
        }
    }
}
