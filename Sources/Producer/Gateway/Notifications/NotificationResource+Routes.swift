import WebAPI

extension NotificationResource {
    static var components: [UInt8] { PackageResources.notifications_json }

    static let routes: [Route<NotificationResource>] = [
        Route(
            .get, "/v1/requests/{request}/notifications", listOfRequest,
            Operation(
                "listRequestNotifications", .requests, "The notifications of a request, by their ids",
                .query(["StatusFilter", "Limit", "AfterNotification"]),
                answers: [.json(200, "A part of them.", "NotificationPage"), .noSuchRequest])),
        Route(
            .get, "/v1/notifications/{notification}", show,
            Operation(
                "showNotification", .requests, "The status of a notification", .query(),
                answers: [.json(200, "What is on record.", "Notification"), .notFound])),
    ]
}
