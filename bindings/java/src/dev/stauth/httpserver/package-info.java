/** A handler of the JDK's own server, {@code com.sun.net.httpserver}. */
package dev.stauth.httpserver;
