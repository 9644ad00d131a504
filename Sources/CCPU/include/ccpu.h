#pragma once

/// What this processor, and the system on it, can run: 2 = AVX-512 (F, VL, DQ) and FMA, 1 = AVX2 and FMA, 0 = neither.
static inline int ccpu_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("fma") || !__builtin_cpu_supports("avx2")) return 0;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return 2;
    return 1;
#else
    return 0;
#endif
}
