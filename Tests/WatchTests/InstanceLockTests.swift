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

    @Test func lookingAtTheLockTellsWhetherAServiceHoldsIt() throws {
        let folder = try TemporaryFolder()
        #expect(InstanceLock.isHeld(folder: folder.path) == false)
        do {
            let lock = try InstanceLock(folder: folder.path)
            #expect(InstanceLock.isHeld(folder: folder.path) == true)
            _ = consume lock
        }
        #expect(InstanceLock.isHeld(folder: folder.path) == false)
        _ = try InstanceLock(folder: folder.path)
    }

    @Test func aMissingStateFolderIsMade() throws {
        let folder = try TemporaryFolder()
        _ = try InstanceLock(folder: folder.path + "/none")
        #expect(try folder.names("none") == ["fcdwatch.lock"])
    }

    @Test func aStateFolderThatCannotBeMadeIsNamed() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file")
        let error = #expect(throws: WatchError.self) { _ = try InstanceLock(folder: file + "/none") }
        #expect(error?.code == .stateUnwritable)
    }
}
