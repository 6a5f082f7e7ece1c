import CCurl
import Glibc

extension CurlHandle {
    /// What libcurl's code means to a caller. The texts are fixed ones: libcurl's own messages name hosts and addresses.
    ///
    /// - Parameter sent: whether bytes of the request went out.
    static func failure(_ code: CURLcode, easy: UnsafeMutableRawPointer, sent: Bool) -> TransferError {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return .timedOut(sentRequest: sent)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return .resolveFailed
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED:
            return .connectFailed(systemText(unsafe number(easy, CURLINFO_OS_ERRNO)))
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return .tlsFailed("the server's certificate cannot be trusted")
        case CURLE_USE_SSL_FAILED:
            return .tlsFailed("the server does not offer TLS")
        case CURLE_SSL_CACERT_BADFILE:
            return .tlsFailed("the file of trusted authorities cannot be read")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_SHUTDOWN_FAILED:
            return .tlsFailed("the handshake failed")
        case CURLE_URL_MALFORMAT:
            return .invalid("the address cannot be read")
        case CURLE_LOGIN_DENIED where !sent:
            return .invalid("the address must not hold a user name or password")
        case CURLE_UNSUPPORTED_PROTOCOL where !sent:
            return .invalid("the address's scheme is not known here")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            return .malformedReply(sentRequest: sent)
        case CURLE_GOT_NOTHING:
            return .broken("closed without an answer", sentRequest: sent)
        default:
            let text = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0) } ?? "unknown"
            return .broken("\(text.lowercased()) (\(code.rawValue))", sentRequest: sent)
        }
    }

    private static func systemText(_ number: Int) -> String {
        switch Int32(number) {
        case ECONNREFUSED: "connection refused"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH: "the network is unreachable"
        case ETIMEDOUT: "timed out"
        case ECONNRESET: "connection reset"
        case 0: "no connection"
        default: "system error \(number)"
        }
    }
}
