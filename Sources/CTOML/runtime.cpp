/* The few parts of the C++ runtime that toml++ uses, for the library that ships. libstdc++'s own throw exceptions, and
   with them come an unwinder, its tables and a float parser of 20 KB: a twentieth of the library, for code that never
   throws. The normal build has a C++ runtime anyway, and uses that. */
#ifdef CTOML_OWN_RUNTIME
#include <charconv>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <locale.h>
#include <memory>
#include <new>

void *operator new(std::size_t size) {
    void *memory = std::malloc(size > 0 ? size : 1);
    if (memory == nullptr)
        std::abort();
    return memory;
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept {
    return std::malloc(size > 0 ? size : 1);
}

void *operator new(std::size_t size, std::align_val_t alignment) {
    void *memory = nullptr;
    if (posix_memalign(&memory, static_cast<std::size_t>(alignment), size) != 0)
        std::abort();
    return memory;
}

void operator delete(void *memory) noexcept {
    std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept {
    std::free(memory);
}

void operator delete(void *memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

extern "C" void __cxa_pure_virtual() {
    std::abort();
}

namespace std {
const nothrow_t nothrow{};

void __throw_bad_alloc() {
    abort();
}

void __throw_bad_array_new_length() {
    abort();
}

void __throw_length_error(const char *) {
    abort();
}

void __throw_logic_error(const char *) {
    abort();
}

void __throw_out_of_range_fmt(const char *, ...) {
    abort();
}

bool _Sp_make_shared_tag::_S_eq(const type_info &) noexcept {
    return false; /* without RTTI there is one of them, which is compared before this */
}

/* toml++ has checked the form of the number by now, in any case in `first` to `last`. No setting is a float, but other
   tables of the file may have some. */
from_chars_result from_chars(const char *first, const char *last, double &value, chars_format) noexcept {
    char text[256];
    const auto length = static_cast<size_t>(last - first);
    if (length >= sizeof text)
        return {first, errc::result_out_of_range};
    memcpy(text, first, length);
    text[length] = '\0';
    static const locale_t plain = newlocale(LC_NUMERIC_MASK, "C", nullptr);
    char *end = text;
    const double number = plain != nullptr ? strtod_l(text, &end, plain) : 0;
    if (end == text)
        return {first, errc::invalid_argument};
    value = number;
    return {first + (end - text), errc{}};
}
} // namespace std
#endif
