/// Everything specific to a medium, except how it is sent. Queues, the database's enum, the API and its document are derived from the list
/// of descriptions (`Media`).
public struct MediumDescription: Sendable {
    public let medium: Medium
    public let address: AddressForm
    /// The parameters of an endpoint besides its address.
    public let parameters: [EndpointParameter]
    /// Whether a request may name an address of this medium itself: `"to": [{"email": "ada@example.org"}]`.
    public let isAddressable: Bool

    public init(_ medium: Medium, address: AddressForm, parameters: [EndpointParameter] = [], isAddressable: Bool = false) {
        self.medium = medium
        self.address = address
        self.parameters = parameters
        self.isAddressable = isAddressable
    }
}

/// The form of a medium's addresses.
public enum AddressForm: Sendable {
    /// A mailbox, such as `ada@example.org` (RFC 5321, section 4.1.2).
    case mailbox
    /// A web address that Posthorn calls. The operator configures which hosts and ports may be called.
    case web
    /// Another form.
    ///
    /// - problem: what is wrong with an address, as the rest of a sentence ("must be …"); nil if nothing is. An address that passes has no
    ///   control characters.
    case text(problem: @Sendable (_ address: String) -> String?)

    /// What is wrong with the address, as the rest of a sentence; nil if nothing is.
    public func problem(with address: String) -> String? {
        switch self {
        case .mailbox: EmailAddress.problem(address)
        case .web: WebAddress.problem(address)
        case .text(let problem): isOneLine(address) ? problem(address) : "must be one line, without CR, LF or NUL"
        }
    }
}
