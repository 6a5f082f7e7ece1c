import Broker

/// Reading the properties of a message, with errors that name the one that is wrong.
extension MessageProperties {
    func requireType(_ expected: String) throws(ContractError) {
        guard type == expected else { throw .wrongType(expected: expected, found: type) }
    }

    /// A header in a form that its type reads from text.
    func require<Value: LosslessStringConvertible>(_ name: String, _: Value.Type = Value.self) throws(ContractError) -> Value {
        guard let text = string(name) else { throw .property(name: name, problem: "is absent") }
        guard let value = Value(text) else { throw .property(name: name, problem: "is not well formed") }
        return value
    }
}
