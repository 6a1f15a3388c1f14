# gateway: a vendor that signs JSON, where its bodies have what is needed, and
# what its API wants for a reply.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $POINTERS = 'text=/text sender=/from id=/id';
my $GATEWAY = "gateway name=acme secret=$A header=X-Acme $POINTERS";

# As an argument: in quotes, because of braces and blanks.

sub body {
    my ($json) = @_;

    return q{'reply_body=} . $json . q{'};
}

my $REPLY = 'reply_url=https://api.example.com/v1/send?key=1 '
            . body('{"to":"$to","text":"$text"}');

sub two_apps {
    my ($first, $second) = @_;

    return app_with($first) =~ s/ # here//r
           . app_with('token token-of-tenant-two;', $second) =~ s/ # here//r
             =~ s/^whatsauth_app demo/whatsauth_app other/r
             =~ s/\}\n\z/} # here\n/r;
}

sub without {
    my ($key) = @_;

    return app_with($GATEWAY =~ s/ \Q$key\E=\S+//r . ';');
}

accepted('gateway - name, secret, header and pointers', app_with("$GATEWAY;"));
accepted('gateway - all of it', app_with("$GATEWAY prefix=sha256= time=/t "
    . "profile=/contact/name to=/account/0/a~1b $REPLY;"));
accepted('gateway - in another order, two secrets, to rotate',
    app_with("gateway $POINTERS secret=$B header=X-Acme secret=$A "
             . 'name=acme;'));
accepted('gateway - a provider of its own, without meta',
    app_with("$GATEWAY;") =~ s/^\s*meta .*\n//mr);
accepted('gateway - several, and a header for each',
    app_with("$GATEWAY;", "gateway name=other secret=$B header=X-Other "
             . 'text=/a sender=/b id=/c;'));
accepted('gateway - one header and secret for two numbers of a vendor',
    two_apps("$GATEWAY to=/to;", "$GATEWAY to=/to;") =~ s/ # here//r);
accepted('gateway - apps may give the same name to different gateways',
    two_apps("$GATEWAY;", "gateway name=acme secret=$B header=X-Acme "
             . 'text=/a sender=/b id=/c;') =~ s/ # here//r);
accepted('gateway - one secret for two headers is two secrets',
    two_apps("$GATEWAY;", "gateway name=acme secret=$A header=X-Other "
             . 'text=/a sender=/b id=/c;') =~ s/ # here//r);

conf_file('gateway', "a-secret-of-a-gateway-in-a-file\n");
conf_file('url', "https://api.example.com/key-1/send\n");
conf_file('body', '{"key":"secret","to":"$to","text":"$text"}' . "\n");
accepted('gateway - secret, reply_url and reply_body in files',
    app_with("gateway name=acme secret=file:gateway header=X-Acme $POINTERS "
             . 'reply_url=file:url reply_body=file:body;'));
refused('gateway - a file that is not there',
    app_with("gateway name=acme secret=file:none header=X-Acme $POINTERS;"),
    qr/open\(\) "\S+none" of "gateway secret" directive failed .*/);

# Missing options

refused('gateway - no argument', app_with('gateway;'),
    'invalid number of arguments in "gateway" directive');

for my $key (qw( name secret header text sender id )) {
    refused("gateway - no $key", without($key),
            qq{no "$key" in "gateway" directive});
}

refused('gateway - reply_url alone',
    app_with("$GATEWAY reply_url=https://api.example.com/send;"),
    'no "reply_body" in "gateway" directive: replies need "reply_url" and '
    . '"reply_body"');
refused('gateway - reply_body alone',
    app_with("$GATEWAY " . body('["$to","$text"]') . ';'),
    'no "reply_url" in "gateway" directive: replies need "reply_url" and '
    . '"reply_body"');

# The value may be a secret in a wrong place: no message shows it.

refused('gateway - an unknown key', app_with("$GATEWAY secrt=my-secret;"),
    'unknown parameter "secrt" in "gateway" directive');
refused('gateway - a value without a key', app_with("$GATEWAY my-secret;"),
    'unknown parameter 7 in "gateway" directive: "name=value" is expected');
refused('gateway - a key of meta', app_with("$GATEWAY app_secret=$A;"),
    'unknown parameter "app_secret" in "gateway" directive');
refused('gateway - a key of it in the block', app_with("reply_body $A;"),
    'unknown directive "reply_body" in whatsauth_app "demo": it is a '
    . 'parameter of "gateway"');

for my $key (qw( header prefix text sender id time profile to )) {
    my $gateway = $GATEWAY =~ s/ $key=\S+//r;
    my $value = $key =~ /header|prefix/ ? 'X' : '/x';

    refused("gateway - two of $key",
            app_with("$gateway $key=$value $key=$value;"),
            qq{"$key" is duplicate});
}

refused('gateway - two names', app_with("$GATEWAY name=other;"),
    '"name" is duplicate: repeat the "gateway" directive for another '
    . 'gateway');
refused('gateway - the same name twice in an app',
    app_with("$GATEWAY;\n$GATEWAY;") =~ s/ # here\n\}/\n} # here/r,
    'duplicate gateway "acme" in whatsauth_app "demo"');

# Names, headers, prefixes

for my $name ('', 'a b', 'a/b', 'caf' . "\xc3\xa9", 'x' x 33) {
    refused("gateway - the name '$name'",
        app_with($GATEWAY =~ s/name=acme/'name=$name'/r . ';'),
        'invalid name in "gateway" directive: 1 to 32 letters, digits, "_", '
        . '"-" and "." are expected');
}

for my $header ('', 'X Acme', 'X:Acme', 'x' x 65) {
    refused("gateway - the header '$header'",
        app_with($GATEWAY =~ s/header=X-Acme/'header=$header'/r . ';'),
        'invalid header in "gateway" directive: a name of up to 64 letters, '
        . 'digits, "-" and "_" is expected');
}

refused('gateway - the header of meta',
    app_with($GATEWAY =~ s/X-Acme/X-HUB-signature-256/r . ';'),
    'the header "X-HUB-signature-256" in "gateway" directive is that of '
    . '"meta"');
refused('gateway - the header of twilio',
    app_with($GATEWAY =~ s/X-Acme/X-Twilio-Signature/r . ';'),
    'the header "X-Twilio-Signature" in "gateway" directive is that of '
    . '"twilio"');

# A secret of 64 hexadecimal digits looks as a signature does.

my $meta = "meta app_secret=$B header_secret=x-acme:" . '0a' x 32 . ';';

refused('gateway - a header in which meta has a secret',
    app_with($meta) =~ s/ # here//r =~ s/\}\n\z/$GATEWAY; # here\n}\n/r,
    'the header "X-Acme" in "gateway" directive is that of "meta"');
refused('header_secret - in the header of a gateway',
    app_with("$GATEWAY;", $meta),
    'the header "x-acme" in "meta" directive is that of "gateway"');

accepted('gateway - an empty prefix', app_with("$GATEWAY prefix=;"));
refused('gateway - a prefix with a blank',
    app_with("$GATEWAY 'prefix=v1 ';"),
    'invalid prefix in "gateway" directive: up to 32 characters of ASCII '
    . 'without spaces are expected');
refused('gateway - a long prefix', app_with("$GATEWAY prefix=" . 'x' x 33
    . ';'), 'invalid prefix in "gateway" directive: up to 32 characters of '
    . 'ASCII without spaces are expected');

# Pointers

for my $pointer ('', 'text', 'message/text', '/a~', '/a~2', '#/text',
                 '/' . 'x' x 256)
{
    refused("gateway - the pointer '" . substr($pointer, 0, 12) . "'",
        app_with($GATEWAY =~ s/text=\S+/'text=$pointer'/r . ';'),
        'invalid text in "gateway" directive: a JSON pointer such as '
        . '"/message/text" is expected');
}

# Secrets

refused('gateway - an empty secret',
    app_with($GATEWAY =~ s/secret=\S+/secret=/r . ';'),
    'empty secret in "gateway secret" directive');
refused('gateway - a short secret',
    app_with($GATEWAY =~ s/secret=\S+/secret=1234567/r . ';'),
    'the secret in "gateway secret" directive has fewer than 8 characters: '
    . '"openssl rand -hex 32" makes a good one');
refused('gateway - one secret, two formats',
    two_apps("$GATEWAY;", "$GATEWAY time=/t;") =~ s/ # here\n\z/\n/r
    =~ s/(time=.t;)/$1 # here/r,
    'a secret of gateway "acme" belongs to a gateway with other JSON '
    . 'pointers');

# Nothing else would tell the messages of one number from those of the other.

my $no_to = 'gateway "acme" shares a secret with whatsauth_app "demo", which '
            . 'has another "phone": both need "to"';

refused('gateway - one secret for two phones, and no pointer to them',
    two_apps("$GATEWAY;", "phone +14155550002;\n$GATEWAY;"), $no_to);
accepted('gateway - one secret for two apps at one phone',
    two_apps("$GATEWAY;", "$GATEWAY;") =~ s/ # here//r);
accepted('gateway - a secret for each of two phones',
    two_apps("$GATEWAY;", "phone +14155550002;\ngateway name=acme secret=$B "
             . "header=X-Acme $POINTERS;") =~ s/ # here//r);

my @secrets = map { "secret=$A$_" } 1 .. 64;

accepted('gateway - 64 secrets',
    app_with("gateway name=acme @secrets header=X-Acme $POINTERS;"));
refused('gateway - 65 secrets',
    app_with("gateway name=acme @secrets[0 .. 31] header=X-Acme $POINTERS;",
             "gateway name=b @secrets[32 .. 63] secret=$B header=X-Acme "
             . "$POINTERS;"),
    'more than 64 distinct provider secrets');

# Replies

my %bad_url = (
    'api.example.com/send' => 'is not an absolute http or https URL',
    'https://' => 'has an invalid host',
    'https://192.0.2.1/send' =>
        'names an IP address with https, which cannot be verified',
    'https://user:secret@api.example.com/' => 'has user information',
);

for my $url (sort keys %bad_url) {
    refused("gateway - the reply_url $url",
        app_with("$GATEWAY reply_url=$url " . body('["$to","$text"]') . ';'),
        qr/the URL( "[^"]*")? in "gateway" directive \Q$bad_url{$url}\E.*/);
}

conf_file('bad-url', "https://192.0.2.1/the-key-of-the-api/send\n");
refused('gateway - a reply_url in a file, which may hold a key',
    app_with("$GATEWAY reply_url=file:bad-url " . body('["$to","$text"]')
             . ';'),
    'the URL in "gateway" directive names an IP address with https, which '
    . 'cannot be verified');

accepted('gateway - a reply_url without TLS',
    app_with("$GATEWAY reply_url=http://api.example.com/ "
             . body('["$to","$text"]') . ';'),
    'requests to "api.example.com" by "gateway" directive are not encrypted, '
    . 'use https');

my $dollar = 'has a "$" that begins neither $to nor $text: write \u0024 for '
             . 'a dollar';

my %bad_body = (
    '' => 'is not JSON',
    '{"to":$to,"text":"$text"}' => 'is not JSON',
    '{"to":"$to","text":"$text"' => 'is not JSON',
    '"$to $text"' => 'is not JSON',
    '{"to":"$to"}' => 'has no $text',
    '{"text":"$text"}' => 'has no $to',
    '{"to":"$to","text":"$text","n":"$name"}' => $dollar,
    '["$to","$text","' . 'x' x 1024 . '"]' => 'has more than 1024 bytes',
);

for my $json (sort keys %bad_body) {
    refused("gateway - the reply_body " . substr($json, 0, 40),
        app_with("$GATEWAY reply_url=https://api.example.com/ "
                 . body($json) . ';'),
        "the reply_body in \"gateway\" directive $bad_body{$json}");
}

done_testing;
