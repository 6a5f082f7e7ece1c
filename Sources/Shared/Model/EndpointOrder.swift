/// The order in which the endpoints of a consumer are tried if one success is enough: by media, and on one medium the oldest endpoint first.
///
/// Today a request asks for it. It does not depend on the request, so that a rule for a consumer can ask for the same.
public struct EndpointOrder: Sendable, Equatable {
    /// The most endpoints of a consumer that are tried. The rest of them is part of each message, so it must be small.
    public static let limit = 16

    /// Each medium once, the preferred one first. Endpoints of other media are not tried.
    public let media: [Medium]

    /// - Parameter media: the preferred one first. One that is named twice counts once.
    public init(_ media: [Medium]) { self.media = media.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }

    /// The same order without the media before this one.
    public func starting(with medium: Medium) -> EndpointOrder { EndpointOrder(Array(media.drop { $0 != medium })) }

    /// The endpoints of one consumer in this order, at most `limit`. If there are more, each medium keeps its first ones, so that no medium is
    /// left out because another one has many.
    public func line(of endpoints: [Endpoint]) -> [Endpoint] {
        let line = media.flatMap { medium in
            endpoints.filter { $0.medium == medium }.sorted { $0.id < $1.id }.enumerated().map { (turn: $0, endpoint: $1) }
        }
        guard line.count > Self.limit else { return line.map(\.endpoint) }
        let kept = Set(line.indices.sorted { (line[$0].turn, $0) < (line[$1].turn, $1) }.prefix(Self.limit))
        return line.indices.filter(kept.contains).map { line[$0].endpoint }
    }
}
