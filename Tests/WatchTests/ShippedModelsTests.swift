import Foundation
import Testing
import Watch

@Suite struct ShippedModelsTests {
    @Test func aCheckoutsModelsComeBeforeInstalledOnes() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder(".build/x86_64/release")
        try folder.makeFolder("models")
        let root = URL(filePath: folder.path).standardizedFileURL.path
        let program = root + "/.build/x86_64/release/fcdwatch"
        let models = root + "/models"
        // Without a profile the folder is somebody else's.
        #expect(ShippedModels.folder(besideProgram: program) != models)
        try Data("{}".utf8).write(to: URL(filePath: models + "/profile.json"))
        #expect(ShippedModels.folder(besideProgram: program) == models)
        #expect(ShippedModels.folder(besideProgram: "/usr/bin/fcdwatch") != models)
    }
}
