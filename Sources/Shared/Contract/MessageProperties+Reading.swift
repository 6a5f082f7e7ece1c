import Broker

/// Reading the properties of a message, with errors that name the one that is wrong.
extension MessageProperties {
    func requireType(_ expected: String) throws(ContractError) {
        guard type == expected else { throw .wrongType(expected: expected, found: type) }
    }
}
