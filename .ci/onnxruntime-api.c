/* A libonnxruntime.so for the tests on a GPU, never for users: it lends a managed ONNX Runtime that asks for a newer C API the functions of the
   library libonnxruntime.so.1 beside it. What only the newer API has answers "not implemented".
   KNOWN_API is the API version of that library, KNOWN_FUNCTIONS how many functions its table holds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    void *const *(*api)(uint32_t version);
    const char *(*version)(void);
} Base;

typedef void *(*CreateStatus)(int code, const char *message);

enum { ROOM = 1024, NOT_IMPLEMENTED = 9 };

static const Base *library;
static void *functions[ROOM];

static void *not_implemented(void) {
    return ((CreateStatus)functions[0])(NOT_IMPLEMENTED, "The native ONNX Runtime is older than the managed one and lacks this function.");
}

__attribute__((constructor)) static void load(void) {
    Dl_info self;
    char folder[4096], path[5000];
    dladdr((void *)load, &self);
    snprintf(folder, sizeof folder, "%s", self.dli_fname);
    snprintf(path, sizeof path, "%s/libonnxruntime.so.1", dirname(folder));
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return;
    }
    library = ((const Base *(*)(void))dlsym(handle, "OrtGetApiBase"))();
    void *const *known = library->api(KNOWN_API);
    for (int i = 0; i < ROOM; i++)
        functions[i] = i < KNOWN_FUNCTIONS ? known[i] : (void *)not_implemented;
}

static void *const *api(uint32_t version) {
    return version > KNOWN_API ? functions : library->api(version);
}

static const char *version(void) {
    return library->version();
}

const Base *OrtGetApiBase(void) {
    static const Base base = {api, version};
    return library == NULL ? NULL : &base;
}
