public import Model

/// Routing keys, built and parsed in one place.
public enum RoutingKey {
    /// On `requests`.
    public static func request(_ tenant: TenantName, _ lane: Lane) -> String { "\(tenant.text).\(lane.rawValue)" }

    /// On `cursors`.
    public static func cursor(_ medium: Medium, _ lane: Lane) -> String { "\(medium.rawValue).\(lane.rawValue)" }

    /// On `notifications`, and unchanged on a retry delay queue. The second word selects the retry delay queue of the lane.
    public static func notification(_ medium: Medium, _ lane: Lane, _ traffic: Traffic) -> String {
        switch traffic {
        case .sparse: "\(medium.rawValue).\(lane.rawValue)"
        case .burst, .isolated: "\(medium.rawValue).\(lane.rawValue).\(traffic.rawValue)"
        }
    }

    /// The route of a notification with this key; nil where the key has another form.
    public static func parseNotification(_ key: String) -> (medium: Medium, lane: Lane, traffic: Traffic)? {
        let words = key.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 2 || words.count == 3, let medium = Medium(rawValue: words[0]), let lane = Lane(rawValue: words[1]),
            let traffic = words.count == 2 ? .sparse : Traffic(rawValue: words[2]), words.count == 2 || traffic != .sparse
        else { return nil }
        return (medium, lane, traffic)
    }

    /// On `events`.
    public static func event(_ tenant: TenantName, kind: String) -> String { "\(tenant.text).\(kind)" }

    /// On `events.<lane>`, for the recorder only: a service's name has no underscore, so that no service is bound to it.
    public static let mark = "_record.mark"

    /// On `parked`.
    public static func parked(_ reason: ParkedReason) -> String { reason.rawValue }

    /// On `control`, to the sender process of a medium that grants tokens.
    public static func limits(of medium: Medium) -> String { "limits.\(medium.rawValue)" }

    /// On `control`, to one sender process of a medium.
    public static func sender(of medium: Medium, process: String) -> String { "sender.\(medium.rawValue).\(process)" }

    /// The service and the lane of a request with this key; nil where the key has another form.
    public static func parseRequest(_ key: String) -> (tenant: TenantName, lane: Lane)? {
        let words = key.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 2, let tenant = TenantName(String(words[0])), let lane = Lane(rawValue: String(words[1])) else {
            return nil
        }
        return (tenant, lane)
    }
}
