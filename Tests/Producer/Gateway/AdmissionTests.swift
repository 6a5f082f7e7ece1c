import Testing

@testable import Gateway

extension GatewayTests {
    /// What the gateway answers before it reads a body.
    @Suite struct AdmissionTests {
        @Test(arguments: [("/v1/requests", "none", 401), ("/v1/nothing", "", 404), ("/openapi.json", "", 405)])
        func refusesALongBodyByItsHead(_ path: String, _ authorization: String, status: Int) async throws {
            let client = try await gateway().newTenant()
            let headers = authorization.isEmpty ? [:] : ["Authorization": authorization]
            // With a key each of these would be read, and answered with 413.
            let body = [UInt8](repeating: 0x20, count: 1_000_000)
            let answer = try await client.call("POST", path, body, headers: headers.merging(["Expect": "100-continue"]) { $1 })
            #expect(answer.status == status)
        }

        @Test(arguments: [
            ("/v1/channels?after=%00", "after"), ("/v1/consumers?after=%ED%A0%80", "after"), ("/v1/channels?limit=%C3", "limit"),
            ("/v1/channels/%00", nil), ("/v1/consumers/a/channels?after=%00", "after"), ("/v1/requests/%FF", nil),
            ("/v1/channels?after=", "after"), ("/v1/consumers?after=", "after"), ("/v1/channels?%00=1", nil),
        ])
        func refusesNULAndWhatIsNotUTF8AndSaysWhere(_ target: String, field: String?) async throws {
            let client = try await gateway().newTenant()
            let answer = try await client.call("GET", target)
            #expect(answer.status == 400)
            #expect(answer.field == field)
        }
    }
}
