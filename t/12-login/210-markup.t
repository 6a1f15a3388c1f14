# Markup of an attacker stays text: in each state of the login page, in each
# language, wherever a request, a message or a variable of the operator can
# bring it.  A page has the same tags and attributes as one without it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

my @LANGUAGES = qw( en es pt fr id hi ar he );

# Each would be markup, an attribute, a script or an entity if it came through.

my $EVIL = q('"></title></script><x9 onload=x9>&lt;x9&gt;{{x9}}\\x9` x9=x9);

my $site = start_consent('confirm always; ask_number on; '
    . 'place "$http_x_city"; reply_limit 1000/h 1000/h;',
    server => <<'CONF');
location /login/ { whatsauth_login demo; }
location /gated/ {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
}
location /denied/ {
    whatsauth_gate demo;
    whatsauth_gate_numbers +56912345678;
}
CONF
my $nginx = $site->nginx;


# The names of all tags and attributes, once each, of a page that is HTML to
# the letter.

sub shape {
    my ($html) = @_;

    my %seen;

    $html =~ s/<!doctype html>|<!--.*?-->//gs;

    while ($html =~ s/<([^<>]*)>//) {
        my $tag = $1;

        $tag =~ s{^/?[a-z][a-z0-9]*}{} or return "no tag: <$tag>";
        $seen{ lc $& } = 1;

        while ($tag =~ s/^\s+([a-z][a-zA-Z-]*)(?:="[^"<>]*")?//) {
            $seen{"$1="} = 1;
        }

        $tag =~ m{^\s*/?\z} or return "no attribute: $tag";
    }

    return $html =~ /[<>]/ ? 'a bracket alone' : join ' ', sort keys %seen;
}


# A browser with these words in all that it brings.

sub visit {
    my ($words) = @_;

    my $browser = $site->browser(headers => {
        'User-Agent' => $words, 'X-City' => $words, Referer => $words,
        Accept => "text/html, $words", 'X-Forwarded-Host' => $words });

    $browser->{words} = $words;
    return $browser;
}

sub escaped {
    my ($text) = @_;

    return $text =~ s/([^\w\/?=.])/sprintf '%%%02X', ord $1/ger;
}

sub page {
    my ($browser, $path, $language) = @_;

    my $return = '/' . escaped($browser->{words});

    return $browser->get("$path?lang=$language&return=$return&x=$return")
                   ->{body};
}

sub begun {
    my ($browser) = @_;

    $site->begin($browser, number => "+$VICTIM",
                 return => "/$browser->{words}");
    return $browser;
}

sub told {
    my ($browser) = @_;

    begun($browser);
    $site->say($VICTIM, $browser->text, name => $browser->{words});
    $browser->{pin} = $site->pin($VICTIM);
    return $browser;
}

sub confirmed {
    my ($browser) = @_;

    told($browser);
    $browser->post('pin', pin => $browser->{pin});
    return $browser;
}

my %state = (
    start => sub { $_[0] },
    send => \&begun,
    pin => \&told,
    validated => \&confirmed,
    session => sub { confirmed($_[0])->post('finish'); $_[0] },
);

# Each state before a login, and after it

for my $state (qw( start send pin validated session )) {
    my $good = $state{$state}->(visit('shop'));
    my $bad = $state{$state}->(visit($EVIL));

    for my $language (@LANGUAGES) {
        my $html = page($bad, '/login/', $language);

        is $bad->state, $state, "$state, $language - is shown";
        is shape($html), shape(page($good, '/login/', $language)),
            'has no markup of the attacker';
    }

    if ($state eq 'session') {
        for my $path ('/login/sessions', '/login/logout') {
            is shape(page($bad, $path, 'he')), shape(page($good, $path, 'he')),
                "$path - has none, either";
        }

        like page($bad, '/login/sessions', 'en'), qr/x9/,
            'the list - shows the words, as text';
    }
}

# Pages that answer a form

for my $case ([ 'start', number => "+$EVIL" ], [ 'pin', pin => $EVIL ],
              [ 'start', channel => $EVIL ], [ 'sessions', session => $EVIL ],
              [ 'cancel', csrf => $EVIL ], [ 'start', return => "//$EVIL" ],
              [ 'start', -Origin => $EVIL, '-Sec-Fetch-Site' => $EVIL ])
{
    my ($post, %fields) = @$case;
    my $name = join ', ', $post, grep { !/x9/ } %fields;
    my %harmless = map { $_ => $fields{$_} =~ s/\Q$EVIL\E/shop/r } keys %fields;

    for my $language (qw( en ar )) {
        my @bodies = map {
            my $browser = begun(visit('shop'));
            $browser->post($post, '-Accept-Language' => $language, %$_)->{body}
        } \%fields, \%harmless;

        is shape($bodies[0]), shape($bodies[1]),
            "$name, $language - has no markup of the attacker";
        unlike $bodies[0], qr/<x9/, 'and no tag of his';
    }
}

# The page in place of a gated one, at whatever address was asked for.  A path
# cannot hold a blank, but a tag does not need one.

my $TAG = q('"></form><x9/onload=x9>&lt;x9&gt;{{x9}}\\x9`);

for my $case ([ 'gated', visit('shop') ], [ 'gated', begun(visit('shop')) ],
              [ 'denied', $state{session}->(visit('shop')) ])
{
    my ($path, $browser) = @$case;

    for my $at ("/$path/$TAG", "/$path/?$TAG", "/$path/x?return=$TAG&lang=$TAG",
                "/$path/$TAG?$TAG#$TAG")
    {
        my @answers = map { $browser->get($_) } $at, $at =~ s/\Q$TAG\E/shop/gr;

        like $answers[0]{status}, qr/^40[13]$/, "$path, $at - is a page";
        is shape($answers[0]{body}), shape($answers[1]{body}),
            'and has no markup of the attacker';
        unlike $answers[0]{headers}{location} // '', qr/[<>"]/,
            'and leads nowhere';
    }
}

# The image, the frame, and texts that are no HTML

for my $path ("/login/qr/$EVIL.svg", "/login/$EVIL", "/login/wait?lang=$EVIL",
              "/login/status?lang=$EVIL")
{
    my $answer = $nginx->get(escaped($path));

    unlike $answer->{body}, qr/<x9|x9 onload/, "$path - is not repeated";
    is $answer->{headers}{'x-content-type-options'} // 'nosniff', 'nosniff',
        'and nobody guesses its type';
}

$nginx->stop;
done_testing;
