PHP_ARG_ENABLE([stauth], [whether to enable stauth], [AS_HELP_STRING([--enable-stauth], [Enable stauth])])

if test "$PHP_STAUTH" != "no"; then
  PKG_CHECK_MODULES([STAUTH], [stauth >= 0.2 stauth < 0.3])
  PHP_EVAL_INCLINE([$STAUTH_CFLAGS])
  PHP_EVAL_LIBLINE([$STAUTH_LIBS], [STAUTH_SHARED_LIBADD])
  PHP_SUBST([STAUTH_SHARED_LIBADD])
  dnl The library stays in the process, with applications that call the extension's log.
  LDFLAGS="$LDFLAGS -Wl,-z,nodelete"
  PHP_NEW_EXTENSION([stauth], [stauth.c app.c request.c answer.c methods.c], [$ext_shared],, [-DZEND_ENABLE_STATIC_TSRMLS_CACHE=1 -fvisibility=hidden])
fi
