--- The pages of the guest book.
local site = {}

local TOP = [[
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Guest book</title>
<style>
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { max-width: 38rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere }
  header { display: flex; gap: 1rem; align-items: center; padding: 1rem 0; border-bottom: 1px solid #8884 }
  header b { flex: 1 }
  form { margin: 0 }
  .button { padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff }
  .button { font: inherit; text-decoration: none }
</style>
<header>
  <b>Guest book</b>
]]

--- What comes from outside enters the page only here.
local function escaped(text)
    return ((text or ""):gsub("[&<>\"']", function(each)
        return "&#" .. each:byte() .. ";"
    end))
end

function site.home(request)
    local page = { TOP }
    local function add(...)
        page[#page + 1] = table.concat({ ... })
    end
    if request:is_logged_in() then
        local name = escaped(request:claim("name"))
        add("  <span>", escaped(request:claim("email")), "</span>\n")
        add('  <form method="post" action="', escaped(auth:logout_path()), '">')
        add('<button class="button">Log out</button></form>\n')
        add("</header>\n<h1>Hello", name ~= "" and ", " or "", name, "</h1>\n")
        add("<p>To ", escaped(request:claim("iss")), " you are ", escaped(request:claim("sub")), ".</p>\n")
    else
        add('  <a class="button" href="', escaped(auth:login_path()), '">Log in</a>\n</header>\n')
        add("<h1>Hello</h1>\n<p>Log in, and this page knows your name.</p>\n")
    end
    ngx.print(page, "</html>\n")
end

function site.login(request)
    request:login(ngx.req.get_uri_args().provider)
end

function site.logout(request)
    if ngx.req.get_method() ~= "POST" then
        return ngx.exit(ngx.HTTP_NOT_ALLOWED)
    end
    request:logout()
end

return site
