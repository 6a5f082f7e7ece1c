/// The `type` property of each message, with the version of its form.
public enum MessageType {
    public static let request = "posthorn.request.v1"
    public static let event = "posthorn.event.v1"
    static let requests = "posthorn.requests.v1"
    static let notification = "posthorn.notification.v1"
    static let limitDemand = "posthorn.limit-demand.v1"
    static let limitGrant = "posthorn.limit-grant.v1"
    static let cursor = "posthorn.cursor.v1"
    static let mark = "posthorn.mark.v1"
    public static let json = "application/json"
}
