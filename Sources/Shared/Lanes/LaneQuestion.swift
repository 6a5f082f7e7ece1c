public import Control
public import JSON
import Model

/// Asks sender processes what they do on their lanes.
public struct LaneQuestion: ControlQuestion {
    public typealias Answer = LaneAnswer

    public static let type = "posthorn.lane-question.v1"

    public enum Purpose: String, CaseIterable, Sendable {
        /// To report only.
        case report
        /// The settings have changed: they are read and applied before the answer.
        case apply
    }

    public let purpose: Purpose

    public init(_ purpose: Purpose) { self.purpose = purpose }

    public init(reading fields: inout FieldReader) throws(FieldError) {
        guard let purpose = try fields.choice("purpose", Purpose.self) else { throw fields.wrong("purpose", "is required") }
        self.purpose = purpose
    }

    public var fields: [JSON.Member] { [JSON.Member("purpose", .string(purpose.rawValue))] }
}

/// What one sender process does on all its lanes.
public struct LaneAnswer: ControlMessage, Equatable {
    public static let type = "posthorn.lane-answer.v1"
    private static let limit = 1000

    public let lanes: [LaneReport]
    /// The open breakers of each medium.
    public let breakers: [OpenBreakers]

    public init(lanes: [LaneReport], breakers: [OpenBreakers]) {
        self.lanes = lanes
        self.breakers = breakers
    }

    public init(reading fields: inout FieldReader) throws(FieldError) {
        var lanes: [LaneReport] = []
        for (index, lane) in (try fields.array("lanes", atMost: Self.limit) ?? []).enumerated() {
            lanes.append(try LaneReport(lane, at: fields.path(of: "lanes"), index: index))
        }
        var breakers: [OpenBreakers] = []
        for (index, open) in (try fields.array("breakers", atMost: Self.limit) ?? []).enumerated() {
            breakers.append(try OpenBreakers(open, at: fields.path(of: "breakers"), index: index))
        }
        (self.lanes, self.breakers) = (lanes, breakers)
    }

    public var fields: [JSON.Member] {
        [
            JSON.Member("lanes", .array(lanes.map(\.document))), JSON.Member("breakers", .array(breakers.map(\.document))),
        ]
    }
}
