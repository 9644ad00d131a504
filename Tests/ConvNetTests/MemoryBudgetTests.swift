import ConvNet
import Testing

@Suite struct MemoryBudgetTests {
    @Test func refusalNamesWhatIsNeededWhatThereIsAndWhatToDo() throws {
        let budget = MemoryBudget(limits: MemoryLimits(bytes: 300_000_000, bound: .controlGroup))
        let error = try #require(
            #expect(throws: ConvNetError.self) { try budget.require(812_300_001, for: "A training step") })
        #expect(error.code == .notEnoughMemory)
        #expect(error.code.rawValue == "NOT_ENOUGH_MEMORY")
        #expect(error.message.contains("A training step needs 813 MB of memory, and 300 MB are left"))
        #expect(error.message.contains("MemoryMax="))
        #expect(error.message.contains("try again"))
    }

    @Test func whatFitsIsNotRefused() throws {
        try MemoryBudget(limits: MemoryLimits(bytes: 300, bound: .machine)).require(300, for: "Work")
        try MemoryBudget(limits: nil).require(.max, for: "Work")
    }
}
