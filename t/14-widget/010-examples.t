# The servers in examples/ log people in: by a code of their own, and by the
# form of a widget.  They refuse another site's form, a claim that nobody has
# won, and one that was collected before.  Each can be read in a minute.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( make_path );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;

my $NPM = 'npm install --no-audit --no-fund --ignore-scripts';
my $PAGE = 'https://shop.example.com';

my $nginx = start_nginx(
    app => "login on; authorized_origins $PAGE; page_token of-the-page;");
my ($port, $pid, %cookies);

my %examples = (
    express => {
        command => [ 'node', 'build/express/server.mjs' ],
        missing => \&without_express,
    },
    flask => {
        command => [ qw( /usr/bin/python3 -B -m flask --app
                         examples/flask/app.py run --port ), '@PORT@' ],
        missing => sub { says(
            q{/usr/bin/python3 -c "import flask, requests"}) },
    },
    php => {
        command => [ 'php', '-S', '127.0.0.1:@PORT@',
                     'examples/php/index.php' ],
        missing => sub { says('php --version') },
    },
);


# '' or why that command does not work here.

sub says {
    my ($command) = @_;

    my $said = `$command 2>&1`;

    return $? == 0 ? '' : "$command: $said";
}


# A copy, because npm writes its packages beside the server.

sub without_express {
    my $folder = "$TOP/build/express";

    make_path($folder);

    return says("cp $TOP/examples/express/* $folder && npm --version")
           || says("cd $folder && $NPM");
}


sub start_site {
    my ($name) = @_;

    my $log = slot_folder() . "/$name.log";
    my @command = map { s/\@PORT\@/$port/r } @{ $examples{$name}{command} };

    $pid = fork // die "fork: $!\n";
    return if $pid;

    @ENV{qw( WHATSAUTH WHATSAUTH_TOKEN SESSION_SECRET PORT )}
        = ('http://127.0.0.1:' . $nginx->port . '/api/v1/', $TOKEN,
           'a secret of some length', $port);
    chdir $TOP;
    open STDOUT, '>', $log or die "$log: $!\n";
    open STDERR, '>&', \*STDOUT or die "dup: $!\n";
    exec @command;
}


sub stop_site {
    return unless $pid;

    kill TERM => $pid;
    waitpid $pid, 0;
    $pid = 0;
}


sub listens {
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
}


# As a browser would: with its cookies, and the origin of the page.

sub ask {
    my ($method, $path, $form, %headers) = @_;

    my $host = "127.0.0.1:$port";
    my $answer = Test::WhatsAuth::Client->connect($port)->request($method,
        $path, {
            Host => $host,
            Cookie => join('; ', map { "$_=$cookies{$_}" } keys %cookies),
            defined $form ? (
                Origin => "http://$host",
                'Content-Type' => 'application/x-www-form-urlencoded',
            ) : (),
            %headers,
        }, $form);

    for ($answer->{headers}{'set-cookie'} // ()) {
        $cookies{$1} = $2 if /^([^=]+)=([^;]*)/;
    }

    return $answer;
}


sub code_of {
    my ($text) = @_;

    return $text =~ /%3E%3E([0-9a-f]{10})%3C%3C/ ? $1 : '';
}


sub send_message {
    my ($code, $from) = @_;

    return $nginx->message(text_message(">>$code<<", from => $from));
}


# A claim that a page has, as a widget's does.

sub begin_widget {
    my $answer = $nginx->post('/api/v1/verification_code', 'claim=1', {
        Origin => $PAGE, Authorization => 'Bearer of-the-page',
        'Content-Type' => 'application/x-www-form-urlencoded',
    });

    return $answer->{headers}{'whatsauth-claim'}, $answer->{json}{code};
}


# Without comments, blank lines, and lines that only close a bracket.

sub lines_of {
    my ($file) = @_;

    open my $in, '<', "$TOP/examples/$file" or die "$file: $!\n";
    return grep { !m{^\s*(?:$|//|\#|"""|<\?php|[\])\}]+;?$)} } <$in>;
}


sub logs_in_by_code {
    my ($name) = @_;

    %cookies = ();
    like ask('GET', '/')->{body}, qr/<button>Log in/, "$name - a button";

    my $page = ask('POST', '/login', '')->{body};

    like $page, qr{href=['"]https://wa\.me/}, "$name - a link";
    like $page, qr{src=['"]http://127\.0\.0\.1:\d+/api/v1/qr/}, 'an image';
    is send_message(code_of($page), '56911111111')->{status}, 200,
        'the message comes';

    my $before = join ' ', map { $cookies{$_} } sort keys %cookies;
    my $answer = ask('POST', '/done', '');

    is $answer->{status}, 303, "$name - the claim is collected";
    isnt join(' ', map { $cookies{$_} } sort keys %cookies), $before,
        'the session is another one';
    like ask('GET', '/')->{body}, qr/Welcome, \+56911111111/,
        'and knows the number';
}


sub logs_in_by_widget {
    my ($name) = @_;

    my ($claim, $code) = begin_widget();

    %cookies = ();
    send_message($code, '56922222222');
    is ask('POST', '/done', "whatsauth_claim=$claim")->{status}, 303,
        "$name - the form of a widget";
    like ask('GET', '/')->{body}, qr/Welcome, \+56922222222/,
        'knows the number';

    %cookies = ();
    my $again = ask('POST', '/done', "whatsauth_claim=$claim");
    is $again->{status}, 403, "$name - the same form again";
    like $again->{body}, qr/already_collected/, 'says why';
}


sub refuses {
    my ($name) = @_;

    my ($claim, $code) = begin_widget();

    send_message($code, '56933333333');

    for my $origin ('https://evil.test', "http://127.0.0.1:$port.evil.test",
                    'null', '')
    {
        %cookies = ();
        is ask('POST', '/done', "whatsauth_claim=$claim",
               Origin => $origin)->{status}, 403,
            "$name - a form of the origin '$origin'";
        unlike ask('GET', '/')->{body}, qr/Welcome/, 'logs nobody in';
    }

    for my $wrong ('', 'wac_' . 'A' x 43) {
        %cookies = ();
        is ask('POST', '/done', "whatsauth_claim=$wrong")->{status}, 403,
            "$name - the claim '$wrong'";
    }
}


cmp_ok scalar(my @lines = lines_of($_)), '<=', 35, "$_ - is short"
    for qw( express/server.mjs flask/app.py php/index.php html/index.html );

my $n = 1;

for my $name (sort keys %examples) {
    SKIP: {
        my $missing = $examples{$name}{missing}->();
        skip "$name is not installed: $missing", 1 if $missing;

        $port = slot_port($n++);
        start_site($name);
        ok wait_until(sub { listens() }, 30), "$name - the server runs";

        logs_in_by_code($name);
        logs_in_by_widget($name);
        refuses($name);
        stop_site();
    }
}

$nginx->stop;
done_testing;

END {
    local $?;
    stop_site();
}
