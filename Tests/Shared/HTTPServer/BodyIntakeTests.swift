import Testing

@testable import HTTPServer

@Suite struct BodyIntakeTests {
    @Test func keepsABodyUpToItsLimit() {
        var intake = BodyIntake(limit: 4)
        #expect(intake.announce(length: 4, expectsContinue: false) == .goOn)
        #expect(intake.append([1, 2]) == .goOn)
        #expect(intake.append([3, 4]) == .goOn)
        #expect(!intake.isTooLarge)
        #expect(intake.takeBytes() == [1, 2, 3, 4])
    }

    @Test func throwsAwayWhatIsALittleTooLarge() {
        var intake = BodyIntake(limit: 4)
        #expect(intake.announce(length: 5, expectsContinue: false) == .goOn)
        #expect(intake.append([1, 2, 3, 4]) == .goOn)
        #expect(intake.append([5]) == .goOn)
        #expect(intake.isTooLarge)
        #expect(intake.takeBytes() == [])
    }

    @Test(arguments: [(17, false), (5, true)])
    func refusesAtOnceWhereWaitingIsOfNoUse(length: Int, expectsContinue: Bool) {
        var intake = BodyIntake(limit: 4)
        #expect(intake.announce(length: length, expectsContinue: expectsContinue) == .refuseNow)
    }

    @Test func refusesAStreamThatDoesNotEnd() {
        var intake = BodyIntake(limit: 4)
        #expect(intake.announce(length: nil, expectsContinue: false) == .goOn)
        #expect(intake.append(Array(repeating: 0, count: 16)) == .goOn)
        #expect(intake.append([0]) == .refuseNow)
    }
}
