/** A filter for every Servlet container of Jakarta EE 9 or later, such as Tomcat 10. */
package dev.stauth.servlet;
