/// Under which heading the description lists an operation.
public struct Tag: Sendable, Equatable {
    let name: String
    /// A sentence.
    let description: String

    public init(_ name: String, _ description: String) {
        self.name = name
        self.description = description
    }
}
