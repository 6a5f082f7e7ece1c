import Foundation
import Model
import Roles
import Runtime
import SenderProcess

/// A sender process as `posthorn sender`, but its one medium is served by doubles of accounts that call a receiver over HTTP. See
/// `AccountSettings` for how they behave.
@main
enum SenderDouble {
    static func main() async {
        do {
            try await RoleRunner.run([SenderRole(media: [AccountMedium()])], version: "0")
        } catch {
            FileHandle.standardError.write(Data("sender-double: \(error)\n".utf8))
            exit(1)
        }
    }
}
