#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

/* These take variable arguments or need _GNU_SOURCE, which Swift cannot give. 0, or -1 with errno. */
static inline int fcdwatch_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }
static inline int fcdwatch_close_from(unsigned int first) { return (int)syscall(SYS_close_range, first, ~0U, 0); }
/* A nameless file in memory, closed on exec. */
static inline int fcdwatch_memory_file(void) { return (int)syscall(SYS_memfd_create, "job", 1U); }
/* Begins to bring a file's content to the disk without waiting for it (SYNC_FILE_RANGE_WRITE). */
static inline int fcdwatch_start_writing(int file) { return (int)syscall(SYS_sync_file_range, file, 0L, 0L, 2U); }
/* Keeps what the heap gives back from staying with the process: two arenas instead of eight a processor, and large
   blocks from the kernel and back to it, however large they have been before. */
static inline void fcdwatch_keep_heap_small(void) {
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    mallopt(M_TRIM_THRESHOLD, 128 << 10);
}
