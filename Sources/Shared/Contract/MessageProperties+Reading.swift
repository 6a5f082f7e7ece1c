import Broker

/// Reading the properties of a message, with errors that name the one that is wrong.
extension MessageProperties {
    func requireType(_ expected: String) throws(ContractError) {
        guard type == expected else { throw .wrongType(expected: expected, found: type) }
    }

    func text(_ name: String) -> String? {
        if case .string(let text)? = self[name] { text } else { nil }
    }

    func integer(_ name: String) -> Int64? {
        if case .integer(let number)? = self[name] { number } else { nil }
    }

    /// A header in a form that its type reads from text.
    func require<Value: LosslessStringConvertible>(_ name: String, _: Value.Type = Value.self) throws(ContractError) -> Value {
        guard let text = text(name) else { throw .property(name: name, problem: "is absent") }
        guard let value = Value(text) else { throw .property(name: name, problem: "is not well formed") }
        return value
    }
}
