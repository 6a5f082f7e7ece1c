import Control
import JSON
import Model

/// Asks a process to send nothing more of a request. It answers when it begins nothing of the request any more.
struct CancellationQuestion: ControlQuestion {
    typealias Answer = CancellationAnswer

    static let type = "posthorn.cancel.v1"
    let cancellation: Cancellation

    init(_ cancellation: Cancellation) { self.cancellation = cancellation }

    init(reading fields: inout FieldReader) throws(FieldError) {
        guard let tenant = TenantName(try fields.requiredString("service")) else {
            throw fields.wrong("service", "is not the name of a service")
        }
        guard let request = RequestID(try fields.requiredString("request")) else { throw fields.wrong("request", "is not an id") }
        guard let at = Timestamp(try fields.requiredString("at")) else { throw fields.wrong("at", "is not a time") }
        cancellation = Cancellation(tenant: tenant, request: request, at: at)
    }

    var fields: [JSON.Member] {
        [
            JSON.Member("service", .string(cancellation.tenant.text)),
            JSON.Member("request", .string(cancellation.request.description)),
            JSON.Member("at", .string(cancellation.at.description)),
        ]
    }
}

/// The process begins nothing more of the request.
struct CancellationAnswer: ControlMessage {
    static let type = "posthorn.cancel-confirmed.v1"

    init() {}

    init(reading fields: inout FieldReader) throws(FieldError) {}

    var fields: [JSON.Member] { [] }
}
