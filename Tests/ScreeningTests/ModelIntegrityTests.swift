import Foundation
import Screening
import Testing

@Suite struct ModelIntegrityTests {
    @Test func fingerprintIsStableUntilAFileIsTouched() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            let member = URL(filePath: bundle.directory).appending(path: "member-1.safetensors")
            let before = try ModelIntegrity.fingerprint(of: bundle.directory)
            #expect(try ModelIntegrity.fingerprint(of: bundle.directory) == before)
            #expect(before == bundle.fingerprint)
            #expect(before.files.map(\.name).contains("model.json"))

            // Same content, same size, same modification time: the inode's change time gives it away.
            let attributes = try FileManager.default.attributesOfItem(atPath: member.path)
            let bytes = try Data(contentsOf: member)
            let file = try FileHandle(forUpdating: member)
            try file.write(contentsOf: bytes)
            try file.close()
            let date = try #require(attributes[.modificationDate] as? Date)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: member.path)
            #expect(try ModelIntegrity.fingerprint(of: bundle.directory) != before)
            #expect(try !bundle.isUnchanged())
            try bundle.verify()
        }
    }

    @Test func addedAndRemovedFilesAreSeen() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            let extra = URL(filePath: bundle.directory).appending(path: "note.txt")
            try Data().write(to: extra)
            #expect(try !bundle.isUnchanged())
            try FileManager.default.removeItem(at: extra)
            #expect(try bundle.isUnchanged())
            try FileManager.default.createDirectory(at: extra, withIntermediateDirectories: false)
            #expect(failure { _ = try bundle.isUnchanged() }?.code == .modelUnreadable)
        }
    }
}
