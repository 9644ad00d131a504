#pragma once

#include <string.h>

#include "lanes.h"

// What batch norm, max-pool and Adam do with whole vectors besides `lanes.h`.

#define TRAINING_LANES(n)                                                                              \
    typedef unsigned char Bytes##n __attribute__((ext_vector_type(n)));                                \
    /* The gradient where a ReLU let the value pass, else zero. */                                     \
    static inline __attribute__((always_inline)) Lanes##n passed##n(Lanes##n gradient, Lanes##n value) { \
        return (Lanes##n)((Mask##n)gradient & ~(value <= 0));                                          \
    }                                                                                                  \
    /* step * m / (sqrt(v) * scale + least) */                                                         \
    static inline __attribute__((always_inline)) Lanes##n adam##n(                                     \
        Lanes##n step, Lanes##n m, Lanes##n v, Lanes##n scale, Lanes##n least) {                       \
        return step * m / (__builtin_elementwise_sqrt(v) * scale + least);                             \
    }                                                                                                  \
    /* All bits set where a is larger than b. */                                                       \
    static inline __attribute__((always_inline)) Mask##n larger##n(Lanes##n a, Lanes##n b) {           \
        return a > b;                                                                                  \
    }                                                                                                  \
    /* a where the bits are set, else b. */                                                            \
    static inline __attribute__((always_inline)) Lanes##n chosen##n(Mask##n which, Lanes##n a, Lanes##n b) {\
        return (Lanes##n)((which & (Mask##n)a) | (~which & (Mask##n)b));                               \
    }                                                                                                  \
    static inline __attribute__((always_inline)) Mask##n chosenNumber##n(Mask##n which, int a, Mask##n b) {\
        return (which & a) | (~which & b);                                                             \
    }                                                                                                  \
    static inline __attribute__((always_inline)) void storePlaces##n(Mask##n place, unsigned char *to) { \
        Bytes##n bytes = __builtin_convertvector(place, Bytes##n);                                     \
        memcpy(to, &bytes, n);                                                                         \
    }                                                                                                  \
    /* The gradient where the byte is the number, else zero. */                                        \
    static inline __attribute__((always_inline)) Lanes##n taken##n(                                    \
        Lanes##n gradient, const unsigned char *from, int number) {                                    \
        Bytes##n bytes;                                                                                \
        memcpy(&bytes, from, n);                                                                       \
        return (Lanes##n)((Mask##n)gradient & (__builtin_convertvector(bytes, Mask##n) == number));    \
    }

TRAINING_LANES(4)
TRAINING_LANES(8)
TRAINING_LANES(16)
