import JSON
import Model
import Testing

@Suite struct MediaTests {
    @Test(arguments: ["sms", "webpush", "fcm2", "a", "abcdefghijklmno"])
    func aMediumIsNamedByLettersAndDigits(name: String) {
        #expect(Medium(rawValue: name)?.rawValue == name)
    }

    @Test(arguments: ["", "2fa", "SMS", "web-push", "web.push", "sms\n", "é", "abcdefghijklmnop"])
    func aTextThatCannotBeAWordOfARoutingKeyNamesNoMedium(name: String) {
        #expect(Medium(rawValue: name) == nil)
    }

    @Test func posthornKnowsEmailAndWebhook() {
        #expect(Media.posthorn.all == [.email, .webhook])
        #expect(Media.posthorn.list == "email, webhook")
        #expect(Media.posthorn.medium(named: "sms") == nil)
    }

    @Test func anAddressOfAnotherFormIsOneLine() {
        let form = AddressForm.text { $0.isEmpty ? "must not be empty" : nil }
        #expect(form.problem(with: "loft 7") == nil)
        #expect(form.problem(with: "") == "must not be empty")
        #expect(form.problem(with: "loft\n7") == "must be one line, without CR, LF or NUL")
    }

    @Test func parametersSurviveTheirText() throws {
        var parameters = EndpointParameters()
        #expect(parameters.text == nil)
        parameters[EndpointParameter("key", from: .registration)] = "a\"b\nc: é"
        parameters[.secretGeneration] = "3"
        let text = try #require(parameters.text)
        #expect(!text.contains("\n"))
        #expect(EndpointParameters(text: text) == parameters)
        #expect(parameters.secretGeneration == 3)
    }

    @Test func aWholeNumberOfTheDatabaseIsAParameter() {
        #expect(EndpointParameters(text: #"{"secret_generation": 4}"#)?.secretGeneration == 4)
        #expect(EndpointParameters().secretGeneration == 1)
    }

    @Test(arguments: ["", "[]", #"{"a": null}"#, #"{"a": {}}"#, "{"])
    func otherDocumentsAreNoParameters(text: String) {
        #expect(EndpointParameters(text: text) == nil)
    }
}
