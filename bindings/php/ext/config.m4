PHP_ARG_ENABLE([stauth], [whether to enable stauth], [AS_HELP_STRING([--enable-stauth], [Enable stauth])])

if test "$PHP_STAUTH" != "no"; then
  PKG_CHECK_MODULES([STAUTH], [stauth >= 0.2 stauth < 0.3])
  PHP_EVAL_INCLINE([$STAUTH_CFLAGS])
  PHP_EVAL_LIBLINE([$STAUTH_LIBS], [STAUTH_SHARED_LIBADD])
  PHP_SUBST([STAUTH_SHARED_LIBADD])
  PHP_NEW_EXTENSION([stauth], [stauth.c app.c request.c answer.c methods.c shared.c], [$ext_shared],, [-DZEND_ENABLE_STATIC_TSRMLS_CACHE=1 -fvisibility=hidden])
fi
