import Accounts
import Database
public import HTTPServer
import JSON
public import Runtime

/// An HTTP API at work: the way from a request to its answer. Its two functions are what an `HTTPServer` asks for.
public struct API: Sendable {
    private let table: RouteTable
    private let keys: KeyAuthenticator
    private let statistics: RouteStatistics
    private let log: Log

    private static let nothingHere = Problem.notFound(
        "There is nothing at this path. GET /openapi.json describes what there is.")

    /// - Parameters:
    ///   - dependencies: what the resources need.
    ///   - name: of the server, in the names of metrics.
    /// - Throws: `APIError` where the resources do not fit together.
    public init<Dependencies>(
        _ definition: APIDefinition<Dependencies>, on dependencies: Dependencies, keys: KeyAuthenticator, name: String, log: Log,
        metrics: Metrics
    ) throws(APIError) {
        table = try definition.table(on: dependencies)
        self.keys = keys
        statistics = RouteStatistics(table, server: name, metrics: metrics)
        self.log = log
    }

    /// Decides by the head of a request whether its body is read: not before it is known whose call it is.
    public func admission(_ head: RequestHead) -> Admission {
        switch table.find(method: head.method, path: head.path) {
        case .nothing: return refused(Self.nothingHere)
        case .otherMethod(let allowed): return refused(.methodNotAllowed(head.method, allowed: allowed))
        case .found(let index, _):
            let route = table.routes[index]
            guard case .key = route.access else { return .granted(party: 0) }
            switch keys.recognise(authorization: head.header("authorization")) {
            case .known(let tenant, let digest): return .granted(party: tenant.id, pass: digest)
            case .nobody: return refused(.unauthenticated, at: index)
            case .unknown(let digest):
                return .undecided {
                    do { return .granted(party: try await keys.ask(digest, by: head.clientNetwork).id, pass: digest) } catch {
                        return refused(problem(error, at: route), at: index)
                    }
                }
            }
        }
    }

    public func answer(_ request: ServerRequest) async -> ServerResponse {
        switch table.find(method: request.method, path: request.path) {
        // The admission has refused these already.
        case .nothing: return Self.nothingHere.response
        case .otherMethod(let allowed): return Problem.methodNotAllowed(request.method, allowed: allowed).response
        case .found(let index, let parameters):
            let response = await answer(request, table.routes[index], parameters)
            statistics.count(route: index, status: response.status)
            return response
        }
    }

    /// - Parameter route: nil if the request matches none.
    private func refused(_ problem: Problem, at route: Int? = nil) -> Admission {
        statistics.count(route: route, status: problem.status)
        return .refused(problem.response)
    }

    private func answer(_ request: ServerRequest, _ route: MountedRoute, _ parameters: [String]) async -> ServerResponse {
        do {
            switch route.access {
            case .open(let handler): return handler()
            case .key(let handler):
                // The admission lets nobody else in.
                guard let digest = request.pass as? KeyDigest else { throw Problem.unauthenticated }
                let tenant = try await keys.tenant(of: digest, by: request.clientNetwork)
                return try await handler(Call(request: request, tenant: tenant, parameters: parameters))
            }
        } catch {
            return problem(error, at: route).response
        }
    }

    private func problem(_ error: any Error, at route: MountedRoute) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as JSONSyntaxError: return .malformedBody(error)
        case let error as FieldError: return .invalidField(error)
        case let error as DatabaseError where error.isTransient:
            // The pool has reported the outage; a line for each call would only hide it.
            log.debug("the database did not answer", ["route": route.line.pattern, "error": error])
            return .databaseUnavailable
        default:
            log.error("a call failed", ["route": route.line.pattern, "error": "\(error)"])
            return .internalError
        }
    }
}
