/// The media that an installation knows, in the order of display.
public struct Media: Sendable {
    public let descriptions: [MediumDescription]

    /// - Parameter descriptions: each medium once.
    public init(_ descriptions: [MediumDescription]) {
        precondition(Set(descriptions.map(\.medium)).count == descriptions.count, "a medium is described twice")
        self.descriptions = descriptions
    }

    /// The media of Posthorn. To add a medium, describe it here.
    public static let posthorn = Media([
        MediumDescription(.email, address: .mailbox, isAddressable: true),
        MediumDescription(.webhook, address: .web, parameters: [.secretGeneration]),
    ])

    public var all: [Medium] { descriptions.map(\.medium) }

    /// Their names for error messages: `email, webhook`.
    public var list: String { descriptions.map(\.medium.rawValue).joined(separator: ", ") }

    /// nil where the medium is not known here.
    public subscript(_ medium: Medium) -> MediumDescription? { descriptions.first { $0.medium == medium } }

    /// nil where no known medium has this name.
    public func medium(named name: String) -> Medium? { descriptions.first { $0.medium.rawValue == name }?.medium }
}
