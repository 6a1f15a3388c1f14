# The files beside the login page: style, script, widget and logo.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( write_file );

my $folder = slot_folder();

my $logo = '<svg xmlns="http://www.w3.org/2000/svg"/>';
my $svg = write_file("$folder/logo.svg", $logo);
my $style = write_file("$folder/own.css", "h1 { color: #036 }\n");
my $texts = write_file("$folder/texts.json",
                       '{"en": {"widget": {"required": "Members only."}}}');

sub app {
    my ($name, $more) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
                         callback_url => 'http://127.0.0.1:1/',
                         more => "login on; $more");
}

my $nginx = start_nginx(
    apps => app('plain', '')
            . app('own', "login_logo $svg; login_style $style; "
                         . "login_texts $texts;"),
    server => join ' ', map { "location /$_/ { whatsauth_login $_; }" }
                            'plain', 'own');

my %type = (
    'page.css' => 'text/css; charset=utf-8',
    'page.js' => 'text/javascript; charset=utf-8',
    'widget.js' => 'text/javascript; charset=utf-8',
    'logo' => 'image/svg+xml',
);

for my $file (sort keys %type) {
    my $answer = $nginx->get("/own/$file");
    my $etag = $answer->{headers}{etag};

    is $answer->{status}, 200, "$file - is there";
    is $answer->{headers}{'content-type'}, $type{$file}, "$file - its type";
    is $answer->{headers}{'x-content-type-options'}, 'nosniff',
       "$file - is nothing else";
    is $answer->{headers}{'cache-control'}, 'no-cache',
       "$file - asked for each time, without its version";
    like $etag, qr/\A"[0-9a-f]{8}"\z/, "$file - a version";

    my $again = $nginx->get("/own/$file", { 'If-None-Match' => $etag });

    is $again->{status}, 304, "$file - not sent again";
    is $again->{body}, '', "$file - nothing of it";

    my ($version) = $etag =~ /(\w+)/;
    my $kept = $nginx->get("/own/$file?v=$version");

    is $kept->{headers}{'cache-control'},
       'public, max-age=31536000, immutable', "$file - a version stays";
    is $kept->{body}, $answer->{body}, "$file - the same";

    my $head = $nginx->request('HEAD', "/own/$file");

    is $head->{headers}{'content-length'}, length $answer->{body},
       "$file - HEAD tells its length";
    is $nginx->post("/own/$file", '')->{status}, 405, "$file - no POST";
}

# The page names the version that is there.

my $html = $nginx->get('/own/')->{body};

for my $file ('page.css', 'page.js', 'logo') {
    my ($version) = $nginx->get("/own/$file")->{headers}{etag} =~ /(\w+)/;

    like $html, qr{"/own/\Q$file\E\?v=$version"}, "$file - named by the page";
}

is $nginx->get('/own/logo')->{body}, $logo, 'login_logo - the very file';
is $nginx->get('/plain/logo')->{status}, 404, 'login_logo - none';
unlike $nginx->get('/plain/')->{body}, qr{/logo}, 'login_logo - not named';

my $css = $nginx->get('/plain/page.css')->{body};

is $nginx->get('/own/page.css')->{body}, "${css}h1 { color: #036 }\n",
   'login_style - after ours';
isnt $nginx->get('/own/page.css')->{headers}{etag},
     $nginx->get('/plain/page.css')->{headers}{etag},
     'login_style - makes another version';

# The widget is loaded by pages of other origins.

for my $app ('plain', 'own') {
    my $widget = $nginx->get("/$app/widget.js",
                             { Origin => 'https://www.example.com' });

    is $widget->{headers}{'access-control-allow-origin'}, '*',
       "widget.js - any page may load that of $app";
    like $widget->{body}, qr/\Aconst TEXTS = \{"en":\{/,
         'widget.js - begins with its texts';
    unlike $widget->{body}, qr/^(?:import|export) /m,
           'widget.js - is one module';
    like $widget->{body}, qr/customElements\.define/, 'widget.js - whole';
}

like $nginx->get('/own/widget.js')->{body}, qr/"required":"Members only\."/,
     'widget.js - texts of the operator';

for my $file ('page.html', 'wait.html', 'texts/en.json', 'page.css/', 'x') {
    is $nginx->get("/own/$file")->{status}, 404, "$file - not served";
}

cmp_ok length $nginx->get('/own/page.js')->{body}, '<', 10_000,
       'page.js - less than 10 KB';

$nginx->stop;

done_testing();
