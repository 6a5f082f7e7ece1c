import Model

/// A recipient of a request, at one endpoint, or at the first of a line of endpoints.
struct Listener: Sendable {
    /// The consumer's name; nil if the request names the address itself.
    let consumer: String?
    /// The consumer's number in the database; nil if the request names the address itself.
    let number: Int64?
    let endpoint: Endpoint
    /// The endpoints to try, in this order, if the first one fails.
    let alternatives: [Endpoint]

    init(consumer: String?, number: Int64? = nil, endpoint: Endpoint, alternatives: [Endpoint] = []) {
        self.consumer = consumer
        self.number = number
        self.endpoint = endpoint
        self.alternatives = alternatives
    }

    /// The same consumer with this line of endpoints; nil if the line is empty.
    func with(_ line: [Endpoint]) -> Listener? {
        guard let first = line.first else { return nil }
        return Listener(consumer: consumer, number: number, endpoint: first, alternatives: Array(line.dropFirst()))
    }
}
