import Broker
import Database
import HTTPServer
import JSON
import Model
import Runtime

/// What the handlers of the API work with, and the way from a request to its answer.
struct Gateway: Sendable {
    let keys: KeyRing
    let consumers: ConsumerStore
    let endpoints: EndpointStore
    let channels: KnownChannels
    let subscriptions: SubscriptionStore
    let requests: RequestStore
    let requestCounts: RequestCounts
    let notifications: NotificationStore
    let acceptor: RequestAcceptor
    let keyedRequests: KeyedRequests
    let endpointRule: EndpointRule
    let masterKey: MasterKey
    let statistics: RouteStatistics
    let log: Log

    private static let table = RouteTable.gateway
    private static let nothingHere = Problem.notFound(
        "There is nothing at this path. GET /openapi.json describes what there is.")

    /// Decides by the head of a request whether its body is read: not before it is known whose call it is.
    func admission(_ head: RequestHead) -> Admission {
        switch Self.table.find(method: head.method, path: head.path) {
        case .nothing: return .refused(Self.nothingHere.response)
        case .otherMethod(let allowed): return .refused(Problem.methodNotAllowed(head.method, allowed: allowed).response)
        case .found(let index, _):
            let route = Self.table.routes[index]
            guard case .key = route.access else { return .granted(party: 0) }
            switch keys.recognise(authorization: head.header("authorization")) {
            case .tenant(let tenant): return .granted(party: tenant.id)
            case .nobody: return refused(.unauthenticated, at: index)
            case .unknown(let digest):
                return .undecided {
                    do { return .granted(party: try await keys.ask(digest, by: head.clientNetwork).id) } catch {
                        return refused(problem(error, at: route), at: index)
                    }
                }
            }
        }
    }

    func answer(_ request: ServerRequest) async -> ServerResponse {
        switch Self.table.find(method: request.method, path: request.path) {
        case .nothing: return Self.nothingHere.response
        case .otherMethod(let allowed): return Problem.methodNotAllowed(request.method, allowed: allowed).response
        case .found(let index, let parameters):
            let response = await answer(request, Self.table.routes[index], parameters)
            statistics.count(route: index, status: response.status)
            return response
        }
    }

    private func refused(_ problem: Problem, at route: Int) -> Admission {
        statistics.count(route: route, status: problem.status)
        return .refused(problem.response)
    }

    private func answer(_ request: ServerRequest, _ route: Route, _ parameters: [String]) async -> ServerResponse {
        do {
            switch route.access {
            case .open(let handler): return handler()
            case .key(let handler):
                let tenant = try await keys.tenant(of: request)
                return try await handler(Call(request: request, tenant: tenant, parameters: parameters), self)
            }
        } catch {
            return problem(error, at: route).response
        }
    }

    private func problem(_ error: any Error, at route: Route) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as JSONSyntaxError: return .malformedBody(error)
        case let error as FieldError: return .invalidField(error)
        case let error as DatabaseError where error.isTransient:
            // The pool has told of the outage; a line for each call would only bury it. The same goes for the publisher.
            log.debug("the database did not answer", ["route": route.pattern, "error": error])
            return .databaseUnavailable
        case let error as PublishError where error.isTransient:
            log.debug("a request was not accepted", ["error": error])
            return .notAccepted(error)
        case let error as PublishError:
            log.error("the broker does not take requests", ["error": error])
            return .notAccepted(error)
        default:
            log.error("a call failed", ["route": route.pattern, "error": "\(error)"])
            return .internalError
        }
    }
}
