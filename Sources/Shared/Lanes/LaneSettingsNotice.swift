public import Control
public import JSON

/// A notice that the settings of a lane have changed, for processes that need not answer.
public struct LaneSettingsNotice: ControlMessage {
    public static let type = "posthorn.lane-settings.v1"

    public init() {}

    public init(reading fields: inout FieldReader) throws(FieldError) {}

    public var fields: [JSON.Member] { [] }
}
