// What the thread sanitizer has to know of Swift's runtime; empty in any other build.
//
// A contended `Mutex` is handed over by the kernel (a futex with priority inheritance), which the sanitizer does not see,
// so it takes what two threads do under one lock for a race. What a `Mutex` guards can be reached through `withLock`
// only. The first names are those of such closures: they do not escape and give a `sending` result. What a thread has made
// and handed over through one is known by its maker.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void) { return "race:YTXEfU\nrace:FolderStorageC8existing\n"; }
#endif
#endif
