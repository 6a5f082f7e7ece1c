import Destinations
import JSON
import Model
import Testing

@testable import Gateway

/// A medium that is only here, whose endpoints need a parameter when they are registered.
@Suite("What may be registered follows from the descriptions of the media")
struct MediaTests {
    private static let pigeon = Medium(rawValue: "pigeon")!
    private static let ring = EndpointParameter("ring", from: .registration)
    private static let media = Media(
        Media.posthorn.descriptions + [
            MediumDescription(
                pigeon, address: .text { $0.hasPrefix("loft ") ? nil : "must be a loft such as loft 7" }, parameters: [ring],
                isAddressable: true)
        ])
    private static let rule = EndpointRule(media: media, destinations: WebhookDestinations())

    private static func draft(_ text: String) throws -> EndpointStore.Draft {
        try rule.draft(try JSON(parsing: Array(text.utf8)), at: "")
    }

    @Test func `an endpoint keeps the parameters that its medium needs`() throws {
        let draft = try Self.draft(#"{"medium":"pigeon","address":"loft 7","parameters":{"ring":"NL-4711"}}"#)
        #expect(draft.medium == Self.pigeon && draft.address == "loft 7")
        #expect(draft.parameters[Self.ring] == "NL-4711")
    }

    @Test(arguments: [
        (#"{"medium":"pigeon","address":"7","parameters":{"ring":"a"}}"#, "address must be a loft such as loft 7"),
        (#"{"medium":"pigeon","address":"loft 7"}"#, "parameters is required"),
        (#"{"medium":"pigeon","address":"loft 7","parameters":{}}"#, "parameters.ring is required"),
        (
            #"{"medium":"pigeon","address":"loft 7","parameters":{"ring":"a","wing":"b"}}"#,
            "parameters.wing is not a known field; known here: ring"
        ),
        (#"{"medium":"owl","address":"loft 7"}"#, #"medium must be one of email, webhook, pigeon, not "owl""#),
        (
            #"{"medium":"email","address":"a@b.c","parameters":{}}"#,
            "parameters is not a known field; known here: medium, address"
        ),
    ])
    func `what does not fit is an error that names the field`(text: String, problem: String) throws {
        let error = try #require(throws: FieldError.self) { try Self.draft(text) }
        #expect(error.description == problem)
    }

    @Test func `parameters have a bound`() throws {
        let long = String(repeating: "a", count: EndpointParameters.sizeLimit)
        let error = try #require(throws: FieldError.self) {
            try Self.draft(#"{"medium":"pigeon","address":"loft 7","parameters":{"ring":"\#(long)"}}"#)
        }
        #expect(error.description.hasPrefix("parameters must be at most"))
    }

    @Test func `the description of the API follows`() throws {
        let schemas = try GatewayRole(media: Self.media).description()["components"]?["schemas"]
        #expect(schemas?["Medium"]?["enum"] == ["email", "webhook", "pigeon"])
        #expect(schemas?["MediaSelection"]?["maxItems"] == 3)
        let drafts = try #require(schemas?["EndpointDraft"]?["oneOf"]?.arrayValue)
        #expect(drafts.last?["properties"]?["parameters"]?["required"] == ["ring"])
        let recipients = try #require(schemas?["Recipient"]?["oneOf"]?.arrayValue)
        #expect(recipients.compactMap { $0["required"] } == [["consumer"], ["email"], ["pigeon"]])
    }
}
