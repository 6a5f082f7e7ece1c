/// One numbered migration of the schema. The statements of a released migration never change.
struct Migration: Sendable {
    /// From 1, increasing.
    let number: Int
    let name: String
    /// Statements separated by semicolons. Runs in one transaction.
    let script: String

    /// All migrations in order: the files of `SQL`.
    static let all = [
        Migration(1, "backbone", PackageResources._001_backbone_sql),
        Migration(2, "isolation", PackageResources._002_isolation_sql),
        Migration(3, "record of lanes", PackageResources._003_record_of_lanes_sql),
        Migration(4, "rule inline", PackageResources._004_rule_inline_sql),
        Migration(5, "endpoint parameters", PackageResources._005_endpoint_parameters_sql),
        Migration(6, "failing endpoints", PackageResources._006_failing_endpoints_sql),
        Migration(7, "lane settings", PackageResources._007_lane_settings_sql),
        Migration(8, "cancelled", PackageResources._008_cancelled_sql),
        Migration(9, "cancellations", PackageResources._009_cancellations_sql),
        Migration(10, "replays", PackageResources._010_replays_sql),
        Migration(11, "first that succeeds", PackageResources._011_first_that_succeeds_sql),
    ]

    private init(_ number: Int, _ name: String, _ file: [UInt8]) {
        self.number = number
        self.name = name
        script = String(decoding: file, as: UTF8.self)
    }

    var description: String { String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number) \(name)" }
}
