import JSON
import Model
import Testing

@Suite struct RequestTests {
    @Test func `the smallest request has a channel and a title`() throws {
        let request = try decoded(#"{"channel":["news"],"text":["Title"]}"#)
        #expect(request == Request(channels: ["news"], text: ["Title"]))
        #expect(request.lane == .normal && request.media == nil && request.metadata == [:])
    }

    @Test func `every field is read as it was written`() throws {
        let text = """
            {"channel":["news"],"text":["Title","Body"],"files":["https://example.org/a.pdf"],"timestamp":1700000000,\
            "metadata":{"order":7},"to":[{"consumer":"ada"},{"email":"eve@example.org"}],"priority":"bulk",\
            "media":["webhook","email"],"delivery":"first","expires_at":"2030-01-31T12:00:00.000Z","dedupe_key":"k","reference":"r"}
            """
        let request = try decoded(text)
        #expect(request.delivery == .first)
        #expect(request.recipients == [.consumer("ada"), .email("eve@example.org")])
        #expect(request.media == [.webhook, .email] && request.lane == .bulk)
        #expect(String(decoding: request.document.encoded(), as: UTF8.self) == text)
    }

    @Test func `another medium is named as its description says`() throws {
        let pigeon = try #require(Medium(rawValue: "pigeon"))
        let known = Media(
            Media.posthorn.descriptions + [
                MediumDescription(
                    pigeon, address: .text { $0.hasPrefix("loft ") ? nil : "must be a loft such as loft 7" }, isAddressable: true)
            ])
        func decoded(_ text: String) throws -> Request { try Request(JSON(parsing: Array(text.utf8)), known: known) }
        let text = #"{"text":["T"],"to":[{"pigeon":"loft 7"}],"media":["pigeon"]}"#
        let request = try decoded(text)
        #expect(request.recipients == [.address("loft 7", on: pigeon)] && request.media == [pigeon])
        #expect(String(decoding: request.document.encoded(), as: UTF8.self) == text)
        let wrong = try #require(throws: FieldError.self) { try decoded(#"{"text":["T"],"to":[{"pigeon":"7"}]}"#) }
        #expect(wrong.description == "to[0].pigeon must be a loft such as loft 7")
        #expect(throws: FieldError.self) { try request.validate() }
    }

    @Test func `a field that is null counts as left out`() throws {
        let request = try decoded(#"{"channel":["news"],"text":["T"],"expires_at":null,"reference":null,"to":null,"media":null}"#)
        #expect(request == Request(channels: ["news"], text: ["T"]))
    }

    @Test(arguments: [
        (#"[]"#, "the document must be an object, not an array"),
        (#"{}"#, "channel is required: name a channel, or somebody in to"),
        (#"{"channel":"news","text":["T"]}"#, "channel must be an array, not a string"),
        (#"{"channel":[7],"text":["T"]}"#, "channel[0] must be a string, not a number"),
        (#"{"channel":["a",""],"text":["T"]}"#, "channel[1] must have 1 to 200 characters and no control characters"),
        (#"{"channel":["a"]}"#, "text is required: an array of strings, first the title, then the body"),
        (#"{"channel":["a"],"text":"T"}"#, "text must be an array, not a string"),
        (#"{"channel":["a"],"text":["","b"]}"#, "text[0] must not be empty: it is the title"),
        (
            #"{"channel":["a"],"text":["T\r\nBcc: eve@example.org"]}"#,
            "text[0] is the title and must be one line, without CR, LF or NUL; the message's body follows it"
        ),
        (#"{"channel":["a"],"text":["T"],"files":["http://example.org/"]}"#, "files[0] must be an https address"),
        (#"{"channel":["a"],"text":["T"],"timestamp":"now"}"#, "timestamp must be a whole number, not a string"),
        (#"{"channel":["a"],"text":["T"],"timestamp":-1}"#, "timestamp must be from 0 to 253402300799"),
        (#"{"channel":["a"],"text":["T"],"metadata":[]}"#, "metadata must be an object, not an array"),
        (#"{"text":["T"],"to":[{}]}"#, "to[0] must have exactly one of consumer, email"),
        (#"{"text":["T"],"to":[{"consumer":"a","email":"a@b.c"}]}"#, "to[0] must have exactly one of consumer, email"),
        (#"{"text":["T"],"to":["ada"]}"#, "to[0] must be an object, not a string"),
        (
            #"{"text":["T"],"to":[{"consumer":"a"},{"email":"b"}]}"#,
            "to[1].email must be an email address such as ada@example.org"
        ),
        (#"{"text":["T"],"to":[{"phone":"1"}]}"#, "to[0].phone is not a known field; known here: consumer, email"),
        (#"{"channel":["a"],"text":["T"],"priority":"high"}"#, #"priority must be one of priority, normal, bulk, not "high""#),
        (#"{"channel":["a"],"text":["T"],"delivery":"any"}"#, #"delivery must be one of all, first, not "any""#),
        (#"{"channel":["a"],"text":["T"],"media":["fax"]}"#, #"media[0] must be one of email, webhook, not "fax""#),
        (#"{"channel":["a"],"text":["T"],"media":[]}"#, "media must name a medium; leave it out to use each that is registered"),
        (
            #"{"channel":["a"],"text":["T"],"expires_at":"soon"}"#,
            "expires_at must be a time as in RFC 3339, such as 2030-01-31T12:00:00Z"
        ),
        (
            #"{"channel":["a"],"text":["T"],"dedupe_key":""}"#,
            "dedupe_key must have 1 to 200 characters and no control characters"
        ),
        (
            #"{"channel":["a"],"text":["T"],"reference":"a\nb"}"#,
            "reference must have 1 to 200 characters and no control characters"
        ),
    ])
    func `a wrong request is refused with its field and how to fix it`(text: String, sentence: String) throws {
        let error = #expect(throws: FieldError.self) { try decoded(text) }
        #expect(error?.description == sentence)
    }

    @Test(arguments: ["template", "send_at", "report_blocked", "tyop"])
    func `an unknown field is refused, never ignored`(field: String) throws {
        let error = #expect(throws: FieldError.self) { try decoded(#"{"channel":["a"],"text":["T"],"\#(field)":true}"#) }
        #expect(error?.field == field && error?.problem.hasPrefix("is not a known field; known here: channel, text") == true)
    }

    @Test func `the same rules apply to a request created in Swift`() {
        #expect(throws: FieldError.self) { try Request(channels: ["a"], text: ["T", "body\0"]).validate() }
        #expect(throws: FieldError.self) { try Request(text: ["T"], recipients: [.email("no address")]).validate() }
        #expect(throws: FieldError.self) { try Request(text: ["T"], recipients: [.consumer("")]).validate() }
        #expect(throws: FieldError.self) { try Request(channels: ["a"], text: ["T"], media: []).validate() }
        #expect(throws: FieldError.self) { try Request(channels: ["a"], text: ["T"], metadata: "text").validate() }
    }

    @Test(arguments: [
        #"{"dedupe_key":"k","text":["T"],"channel":["a"]}"#,
        #"{ "channel" : ["a"], "text" : ["T"], "priority" : "normal", "reference" : null, "dedupe_key" : "k" }"#,
    ])
    func `the same request has the same digest however it is written`(text: String) throws {
        let request = Request(channels: ["a"], text: ["T"], dedupeKey: "k")
        #expect(try decoded(text).digest == request.digest)
        #expect(request.digest?.count == 32)
    }

    @Test func `a digest is the same after writing and reading`() throws {
        let text = """
            {"channel":["ä"],"text":["T","\\u2028"],"metadata":{"b":1.50,"a":[1e3,-0.0,true,null]},"to":[{"consumer":"ada"}],\
            "media":["webhook","email"],"expires_at":"2030-01-31T12:00:00.123456+01:00","dedupe_key":"k","timestamp":1}
            """
        let request = try decoded(text)
        #expect(try Request(JSON(parsing: request.document.encoded())).digest == request.digest)
    }

    @Test(arguments: [
        Request(channels: ["b"], text: ["T"], dedupeKey: "k"), Request(channels: ["a"], text: ["U"], dedupeKey: "k"),
        Request(channels: ["a"], text: ["T"], lane: .bulk, dedupeKey: "k"),
        Request(channels: ["a"], text: ["T"], metadata: ["order": 1], dedupeKey: "k"),
    ])
    func `another request has another digest`(other: Request) {
        #expect(other.digest != Request(channels: ["a"], text: ["T"], dedupeKey: "k").digest)
    }

    @Test func `the order of media makes another request only if they are tried in that order`() throws {
        func digest(_ media: String, _ delivery: String) throws -> [UInt8]? {
            try decoded(#"{"channel":["a"],"text":["T"],"media":[\#(media)],"delivery":"\#(delivery)","dedupe_key":"k"}"#).digest
        }
        #expect(try digest(#""email","webhook""#, "all") == digest(#""webhook","email""#, "all"))
        #expect(try digest(#""email","webhook""#, "first") != digest(#""webhook","email""#, "first"))
        #expect(try digest(#""email","webhook""#, "first") != digest(#""email","webhook""#, "all"))
    }

    @Test func `without a dedupe key there is no digest`() {
        #expect(Request(channels: ["a"], text: ["T"]).digest == nil)
    }

    private func decoded(_ text: String) throws -> Request { try Request(JSON(parsing: Array(text.utf8))) }
}
