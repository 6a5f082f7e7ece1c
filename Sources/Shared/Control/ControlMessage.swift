public import JSON

/// A message on `control`, between processes. It may get lost, so nothing may depend on it.
///
///     struct CacheNotice: ControlMessage {
///         static let type = "posthorn.cache.v1"
///         let name: String
///
///         init(reading fields: inout FieldReader) throws(FieldError) { name = try fields.requiredString("name") }
///         var fields: [JSON.Member] { [JSON.Member("name", .string(name))] }
///     }
public protocol ControlMessage: Sendable {
    /// The AMQP property `type`, with the version of its form.
    static var type: String { get }

    /// Reads the fields of the message. Unknown fields are ignored, so that a later version may add some.
    init(reading fields: inout FieldReader) throws(FieldError)

    /// The fields of the body, without `process`, which names the participant that sent it.
    var fields: [JSON.Member] { get }
}

/// A message to which each process that receives it returns an answer. It is repeated until it is answered, so to receive it again must
/// have no effect beyond that of the first time.
public protocol ControlQuestion: ControlMessage {
    associatedtype Answer: ControlMessage
}
