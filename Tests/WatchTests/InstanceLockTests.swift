import Testing
import Watch

@Suite struct InstanceLockTests {
    @Test func theSecondIsRefusedUntilTheFirstEnds() throws {
        let folder = try TemporaryFolder()
        do {
            let first = try InstanceLock(folder: folder.path)
            let error = #expect(throws: WatchError.self) { _ = try InstanceLock(folder: folder.path) }
            #expect(error?.code == .alreadyRunning)
            _ = consume first
        }
        _ = try InstanceLock(folder: folder.path)
    }

    @Test func aMissingStateFolderIsNamed() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: WatchError.self) { _ = try InstanceLock(folder: folder.path + "/none") }
        #expect(error?.code == .stateUnwritable)
    }
}
