import CMicroHTTPD
import Glibc

extension MicroHTTPDHandle {
    static func headers(of connection: OpaquePointer) -> HeaderFields {
        var fields = HeaderFields()
        unsafe withUnsafeMutablePointer(to: &fields) { fields in
            _ = unsafe MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { context, _, name, nameSize, value, valueSize in
                    let fields = unsafe context!.assumingMemoryBound(to: HeaderFields.self)
                    unsafe fields.pointee.append(
                        name: UnsafeRawBufferPointer(start: name, count: nameSize),
                        value: UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueSize))
                    return .YES
                }, fields)
        }
        return fields
    }

    /// Hands over an answer. libmicrohttpd copies it.
    static func queue(_ response: ServerResponse, endsConnection: Bool, on connection: OpaquePointer) -> MHD_Result {
        let reply = unsafe response.body.withUnsafeBytes { body in
            unsafe MHD_create_response_from_buffer(
                body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let reply = unsafe reply else { return .NO }
        defer { unsafe MHD_destroy_response(reply) }
        for header in response.headers { unsafe MHD_add_response_header(reply, header.name, header.value) }
        if endsConnection { unsafe MHD_add_response_header(reply, "Connection", "close") }
        return unsafe MHD_queue_response(connection, UInt32(response.status), reply)
    }
}
